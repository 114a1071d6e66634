//! A valid token with any byte changed is no longer one.

use crate::issuer::Issuer;

/// A fixed sequence (xorshift), so that a failure can be repeated.
fn next(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

#[test]
fn no_changed_byte_is_accepted_and_none_panics() {
    let issuer = Issuer::new();
    let verifier = issuer.verifier();
    let token = issuer.token();
    assert!(verifier.verify(&token).is_ok());
    let mut state = 0x9e37_79b9_7f4a_7c15;
    for place in 0..token.len() {
        let mut bytes = token.clone().into_bytes();
        let original = bytes[place];
        for bit in 0..7 {
            bytes[place] = original ^ (1 << bit);
            assert!(verifier.verify(std::str::from_utf8(&bytes).unwrap()).is_err(), "bit {bit} of byte {place}");
        }
        bytes[place] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."[(next(&mut state) % 65) as usize];
        let is_changed = bytes[place] != original;
        assert_eq!(verifier.verify(std::str::from_utf8(&bytes).unwrap()).is_err(), is_changed, "byte {place}");
    }
}

#[test]
fn no_cut_swapped_or_repeated_piece_is_accepted() {
    let issuer = Issuer::new();
    let verifier = issuer.verifier();
    let token = issuer.token();
    let mut state = 0x2545_f491_4f6c_dd1d;
    for _ in 0..2000 {
        let length = token.len() as u64;
        let (a, b) = ((next(&mut state) % length) as usize, (next(&mut state) % length) as usize);
        let (start, end) = (a.min(b), a.max(b) + 1);
        let (before, piece, after) = (&token[..start], &token[start..end], &token[end..]);
        for mutant in
            [format!("{before}{after}"), format!("{before}{piece}{piece}{after}"), format!("{piece}{before}{after}")]
        {
            assert!(mutant == token || verifier.verify(&mutant).is_err());
        }
    }
}
