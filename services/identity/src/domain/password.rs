//! Which passwords are accepted.

use secrecy::SecretString;

/// Longest accepted password, in characters. It bounds the work of hashing.
const LONGEST: usize = 128;
/// A name shorter than this is found in too many honest passwords.
const SHORTEST_TELLING_NAME: usize = 4;
/// A password that repeats a piece of up to this many characters is as weak as the piece.
const LONGEST_REPEATED_PIECE: usize = 5;

/// Words and phrases that guessing begins with, in lower case, letters and digits alone.
const COMMON: &str = include_str!("common_passwords.txt");

/// A password that an account may have.
pub struct NewPassword(SecretString);

/// The password is not good enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Fewer characters than the settings ask for.
    #[error("must have at least {0} characters; a few unrelated words make a good password")]
    TooShort(usize),
    /// More than 128 characters.
    #[error("must have at most {LONGEST} characters")]
    TooLong,
    /// The e-mail address or a name is part of it.
    #[error("must not contain your name or e-mail address")]
    TellsTheOwner,
    /// Among the first that anybody would try.
    #[error("is too easy to guess; a few unrelated words make a good password")]
    Common,
}

impl NewPassword {
    /// Accepts a password exactly as it is. `about_the_owner` holds what others know: names and the
    /// local part of the address.
    pub fn choose(password: &str, shortest: usize, about_the_owner: &[&str]) -> Result<Self, WeakPassword> {
        let length = password.chars().count();
        if length < shortest {
            return Err(WeakPassword::TooShort(shortest));
        }
        if length > LONGEST {
            return Err(WeakPassword::TooLong);
        }
        let lower = password.to_lowercase();
        let tells = |name: &&&str| {
            let name = name.trim().to_lowercase();
            name.chars().count() >= SHORTEST_TELLING_NAME && lower.contains(&name)
        };
        if about_the_owner.iter().any(|name| tells(&name)) {
            return Err(WeakPassword::TellsTheOwner);
        }
        if is_common(&lower) {
            return Err(WeakPassword::Common);
        }
        Ok(Self(SecretString::from(password)))
    }

    /// The password, to be hashed.
    pub fn into_secret(self) -> SecretString {
        self.0
    }
}

fn is_common(lower: &str) -> bool {
    let characters: Vec<char> = lower.chars().filter(|character| character.is_alphanumeric()).collect();
    let plain: String = characters.iter().collect();
    is_run(&characters) || is_repetition(&characters) || COMMON.lines().any(|common| common == plain)
}

/// `123456789012345`, `abcdefghijklmno`, and the same backwards.
fn is_run(characters: &[char]) -> bool {
    let steps = |step: i64| {
        characters.windows(2).all(|pair| {
            let (from, to) = (i64::from(u32::from(pair[0])), i64::from(u32::from(pair[1])));
            to - from == step || (pair[0] == '9' && pair[1] == '0') || (pair[0] == '0' && pair[1] == '9')
        })
    };
    steps(1) || steps(-1)
}

/// `aaaaaaaaaaaaaaa`, `abcabcabcabcabc`; nothing but punctuation counts too.
fn is_repetition(characters: &[char]) -> bool {
    (1..=LONGEST_REPEATED_PIECE).any(|piece| characters.iter().zip(characters.iter().skip(piece)).all(|(a, b)| a == b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(password: &str, about_the_owner: &[&str]) -> Option<WeakPassword> {
        NewPassword::choose(password, 15, about_the_owner).err()
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert_eq!(refused(&"ä".repeat(14), &[]), Some(WeakPassword::TooShort(15)));
        assert_eq!(refused(&format!("{}ö wolken im kamin", "ü".repeat(113)), &[]), Some(WeakPassword::TooLong));
        assert_eq!(refused("wolkenkamin ööö", &[]), None);
    }

    #[test]
    fn names_of_the_owner_are_refused_in_any_case() {
        assert_eq!(refused("i am ALICE, hello there", &["alice"]), Some(WeakPassword::TellsTheOwner));
        assert_eq!(refused("bobbing along the river", &["bob"]), None);
    }

    #[test]
    fn what_everybody_tries_first_is_refused() {
        for password in [
            "passwordpassword",
            "Password-1234567",
            "123456789012345",
            "aaaaaaaaaaaaaaaa",
            "abcabcabcabcabcabc",
            "----------------",
            "correct horse battery staple",
        ] {
            assert_eq!(refused(password, &[]), Some(WeakPassword::Common), "{password}");
        }
    }
}
