//! Reads Rust just far enough to tell code from comments, literals and test modules.

/// The code alone: comments and literals become blanks, line breaks stay.
pub fn without_text(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(next) = rest.chars().next() {
        let follows_word = code.chars().next_back().is_some_and(is_of_word);
        match text_length(rest, follows_word) {
            0 => {
                code.push(next);
                rest = &rest[next.len_utf8()..];
            }
            length => {
                code.push(' ');
                code.extend(rest[..length].matches('\n'));
                rest = &rest[length..];
            }
        }
    }
    code
}

/// The code with every item under `#[cfg(test)]` blanked. Takes what `without_text` gives.
pub fn without_test_items(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut kept = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(start) = rest.find(MARK) {
        let item = &rest[start + MARK.len()..];
        let length = item_length(item);
        kept.push_str(&rest[..start]);
        kept.extend(item[..length].matches('\n'));
        rest = &item[length..];
    }
    kept + rest
}

/// Every identifier and keyword with the place where it starts.
pub fn words(code: &str) -> impl Iterator<Item = (usize, &str)> {
    code.split(|character| !is_of_word(character))
        .filter(|word| !word.is_empty())
        .map(|word| (word.as_ptr().addr() - code.as_ptr().addr(), word))
}

const fn is_of_word(character: char) -> bool {
    character == '_' || character.is_ascii_alphanumeric() || !character.is_ascii()
}

/// The length of the comment or literal at the very start, 0 if there is none.
fn text_length(rest: &str, follows_word: bool) -> usize {
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return block_comment_length(rest);
    }
    if rest.starts_with('"') {
        return quoted_length(rest, '"');
    }
    if rest.starts_with('\'') {
        return character_length(rest);
    }
    if follows_word { 0 } else { prefixed_length(rest) }
}

/// Block comments nest.
fn block_comment_length(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < rest.len() {
        let here = &rest.as_bytes()[at..];
        if here.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if here.starts_with(b"*/") {
            depth -= 1;
            at += 2;
        } else {
            at += 1;
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

fn quoted_length(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, character) in rest.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if character == quote => return at + 1,
            _ => (),
        }
    }
    rest.len()
}

/// A character literal, but not a lifetime.
fn character_length(rest: &str) -> usize {
    let mut characters = rest.char_indices().skip(1);
    match (characters.next(), characters.next()) {
        (Some((_, '\\')), _) => quoted_length(rest, '\''),
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 0,
    }
}

/// A string with a prefix: raw, of bytes, for C.
fn prefixed_length(rest: &str) -> usize {
    let prefix = ["br", "cr", "r", "b", "c"].into_iter().find(|prefix| rest.starts_with(prefix));
    let Some(prefix) = prefix else { return 0 };
    let unprefixed = &rest[prefix.len()..];
    if !prefix.ends_with('r') {
        return if unprefixed.starts_with('"') { prefix.len() + quoted_length(unprefixed, '"') } else { 0 };
    }
    let hashes = unprefixed.len() - unprefixed.trim_start_matches('#').len();
    let Some(body) = unprefixed[hashes..].strip_prefix('"') else { return 0 };
    let end = format!("\"{}", "#".repeat(hashes));
    let body_length = body.find(&end).map_or(body.len(), |at| at + end.len());
    prefix.len() + hashes + 1 + body_length
}

/// Up to the item's own `;` or closing brace.
fn item_length(item: &str) -> usize {
    let mut brackets = 0_usize;
    let mut braces = 0_usize;
    for (at, character) in item.char_indices() {
        match character {
            '(' | '[' => brackets += 1,
            ')' | ']' => brackets = brackets.saturating_sub(1),
            '{' => braces += 1,
            '}' if braces <= 1 => return at + 1,
            '}' => braces -= 1,
            ';' if brackets == 0 && braces == 0 => return at + 1,
            _ => (),
        }
    }
    item.len()
}
