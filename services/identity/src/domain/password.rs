//! Which passwords are accepted.

use std::collections::HashSet;

use secrecy::{ExposeSecret, SecretString};
use zxcvbn::Score;

/// Longest accepted password, in characters. It bounds the work of hashing.
const LONGEST: usize = 128;
/// A name shorter than this is found in too many honest passwords.
const SHORTEST_TELLING_NAME: usize = 4;
/// What is judged: guessing is estimated in time that grows faster than the length.
const LONGEST_JUDGED: usize = 48;
/// Characters that may stand for letters. With more than twelve of them the estimate takes too long, and
/// no dictionary leads to the password.
const LETTER_LIKE: &str = "4@8({[<369&#!1/|0$5+7%2";
const MOST_LETTER_LIKE: usize = 12;

/// Phrases that the estimate takes for better than they are, in lower case, letters and digits alone.
const COMMON: &str = include_str!("common_passwords.txt");

/// A password that an account may have if it cannot be guessed.
pub struct NewPassword {
    password: SecretString,
    /// What others know of the owner.
    about_the_owner: Vec<String>,
}

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
    /// Among the first that anybody would try, or guessed with patience.
    #[error("is too easy to guess; a few unrelated words make a good password")]
    Guessable,
}

impl NewPassword {
    /// Accepts a password exactly as it is, as far as that can be said at once. `about_the_owner` holds
    /// what others know: names and the local part of the address.
    pub fn choose(password: &str, shortest: usize, about_the_owner: &[&str]) -> Result<Self, WeakPassword> {
        let length = password.chars().count();
        if length < shortest {
            return Err(WeakPassword::TooShort(shortest));
        }
        if length > LONGEST {
            return Err(WeakPassword::TooLong);
        }
        let lower = password.to_lowercase();
        let about_the_owner: Vec<String> = about_the_owner.iter().map(|name| name.trim().to_lowercase()).collect();
        let tells = |name: &String| name.chars().count() >= SHORTEST_TELLING_NAME && lower.contains(name);
        if about_the_owner.iter().any(tells) {
            return Err(WeakPassword::TellsTheOwner);
        }
        Ok(Self { password: SecretString::from(password), about_the_owner })
    }

    /// The password, to be compared.
    pub const fn as_secret(&self) -> &SecretString {
        &self.password
    }

    /// The password, whatever it is like.
    pub fn into_secret(self) -> SecretString {
        self.password
    }

    /// The password, to be hashed, unless it can be guessed. Takes milliseconds: not for a thread that
    /// others wait for.
    pub fn unless_guessable(self) -> Result<SecretString, WeakPassword> {
        let password = self.password.expose_secret();
        let plain: String = password.to_lowercase().chars().filter(|character| character.is_alphanumeric()).collect();
        let has_few_marks = plain.chars().count() * 5 >= password.chars().count() * 4;
        let is_guessable = COMMON.lines().any(|common| common == plain)
            || self.is_soon_guessed(password)
            // A mark or two make the estimate kinder than those who guess are.
            || (has_few_marks && self.is_soon_guessed(&plain));
        if is_guessable { Err(WeakPassword::Guessable) } else { Ok(self.password) }
    }

    /// Below score 3 of 4 (zxcvbn; Wheeler, USENIX Security 2016): fewer than 10^8 guesses.
    fn is_soon_guessed(&self, password: &str) -> bool {
        let judged: String = password.chars().take(LONGEST_JUDGED).collect();
        let letter_like: HashSet<char> = judged.chars().filter(|character| LETTER_LIKE.contains(*character)).collect();
        if letter_like.len() > MOST_LETTER_LIKE {
            return false;
        }
        let about_the_owner: Vec<&str> = self.about_the_owner.iter().map(String::as_str).chain(["guildhall"]).collect();
        zxcvbn::zxcvbn(&judged, &about_the_owner).score() < Score::Three
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(password: &str, about_the_owner: &[&str]) -> Option<WeakPassword> {
        NewPassword::choose(password, 15, about_the_owner).and_then(NewPassword::unless_guessable).err()
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
    fn what_is_guessed_first_is_refused() {
        for password in [
            "passwordpassword",
            "Password-1234567",
            "P@ssw0rd!P@ssw0rd!",
            "123456789012345",
            "aaaaaaaaaaaaaaaa",
            "abcabcabcabcabcabc",
            "----------------",
            "qwertyuiop123456",
            "correct horse battery staple",
            "guildhallguildhall",
        ] {
            assert_eq!(refused(password, &[]), Some(WeakPassword::Guessable), "{password}");
        }
    }

    #[test]
    fn honest_passwords_of_any_kind_are_accepted() {
        for password in [
            "seven lanterns by the harbour",
            "4@8({[<369&#!1/|0$5+7%2",
            "xK9-tv2_Qm4.zR7~",
            "kW9-xq_4z?vV2)lo",
            "пять жёлтых рыб в лодке",
        ] {
            assert_eq!(refused(password, &[]), None, "{password}");
        }
    }
}
