//! How words look to an eye that does not look closely.

/// What is left of a word of lower-case letters, digits, hyphens and underscores: no separators, digits as the letters
/// that they pass for, one stroke for `i`, `l` and `1`, `rn` as `m` and `vv` as `w`. Two words with the same look are
/// mistaken for each other.
pub fn look_of(word: &str) -> String {
    let mut look = String::new();
    for character in word.chars() {
        match character {
            '-' | '_' => {}
            '0' => look.push('o'),
            '1' | 'i' => look.push('l'),
            '3' => look.push('e'),
            '4' => look.push('a'),
            '5' => look.push('s'),
            '7' => look.push('t'),
            '8' => look.push('b'),
            other => look.push(other),
        }
    }
    look.replace("rn", "m").replace("vv", "w")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_pass_for_each_other_look_alike() {
        for (one, other) in [("admin", "adm1n"), ("owner", "0vvner"), ("member", "rnem-8er"), ("settings", "se77ln_gs")]
        {
            assert_eq!(look_of(one), look_of(other), "{one} {other}");
        }
        assert_ne!(look_of("owner"), look_of("owners"));
    }
}
