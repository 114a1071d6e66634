//! Text of one person that others are shown, on a page or in the subject of a mail.

/// Whether the text stays on its line and leaves what stands beside it as it is: it holds no control character, no line or
/// paragraph separator, nothing that turns the direction of what follows (UAX #9: embeddings, overrides, isolates), and no
/// space of no width.
///
/// ```
/// use service_kit::shown_text::stays_in_its_place;
/// assert!(stays_in_its_place("Zoë O’Neill \u{200f}(שלום)"));
/// assert!(!stays_in_its_place("invoice\u{202e}gnp.exe"));
/// ```
pub fn stays_in_its_place(text: &str) -> bool {
    !text.chars().any(|character| {
        character.is_control()
            || matches!(character,
                '\u{2028}' | '\u{2029}'
                | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
                | '\u{200b}' | '\u{2060}' | '\u{feff}')
    })
}

/// Whether anything of the text is seen: joiners, marks of direction, fillers and selectors alone look like no text at all.
///
/// ```
/// use service_kit::shown_text::can_be_seen;
/// assert!(can_be_seen("می\u{200c}خواهم"));
/// assert!(!can_be_seen("\u{200d}\u{3164} "));
/// ```
pub fn can_be_seen(text: &str) -> bool {
    text.chars().any(|character| {
        !character.is_whitespace()
            && !character.is_control()
            && !matches!(character,
                '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
                | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
                | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
                | '\u{e0000}'..='\u{e0fff}')
    })
}
