//! Lists of pairs as standard variables hold them: `key=value,key=value`, values percent-encoded (W3C Baggage).

/// The pairs in the list; `None` when it is not one.
pub(super) fn pairs(list: &str) -> Option<Vec<(String, String)>> {
    let pair = |text: &str| {
        let (key, value) = text.split_once('=')?;
        let (key, value) = (key.trim(), decoded(value.trim())?);
        (!key.is_empty()).then(|| (key.to_owned(), value))
    };
    list.split(',').filter(|text| !text.trim().is_empty()).map(pair).collect()
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        rest = behind;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = &rest[2..];
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_read_and_their_values_decoded() {
        let read = pairs("authorization=Bearer%20abc, a.b = c=d ,").unwrap();
        let read: Vec<_> = read.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        assert_eq!(read, [("authorization", "Bearer abc"), ("a.b", "c=d")]);
        assert_eq!(pairs(""), Some(Vec::new()));
        for bad in ["a", "=b", "a=%", "a=%4", "a=%zz", "a=%ff", "a=%é"] {
            assert_eq!(pairs(bad), None, "{bad}");
        }
    }
}
