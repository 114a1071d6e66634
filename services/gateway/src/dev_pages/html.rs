//! HTML by hand: the frame of a page, and escaping.

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;\
    color:#1b1f24;background:#fff}code,pre{font:14px/1.5 ui-monospace,monospace}pre{white-space:pre-wrap;\
    background:#f5f6f8;padding:1rem;border-radius:6px}article{border-top:1px solid #d8dce1;padding:1rem 0}\
    iframe{width:100%;height:24rem;border:1px solid #d8dce1;border-radius:6px}\
    table{border-collapse:collapse}td,th{text-align:left;vertical-align:top;padding:.2rem 1rem .2rem 0}\
    @media (prefers-color-scheme:dark){body{color:#e6e8eb;background:#16191d}pre{background:#22262c}a{color:#8ab4f8}\
    iframe{background:#fff}}";

/// A whole page. The title is escaped, the body must be.
pub(super) fn page(title: &str, body: &str) -> String {
    let title = escape(title);
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head>\
         <body><h1>{title}</h1>{body}</body></html>"
    )
}

/// Safe as text and within quoted attributes.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Escaped text in which http(s) URLs can be clicked.
pub(super) fn with_links(text: &str) -> String {
    text.split_inclusive(char::is_whitespace)
        .map(|word| {
            let url = word.trim_end();
            if url.starts_with("http://") || url.starts_with("https://") {
                let rest = escape(&word[url.len()..]);
                let url = escape(url);
                format!("<a href=\"{url}\">{url}</a>{rest}")
            } else {
                escape(word)
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::with_links;

    #[test]
    fn only_web_addresses_become_links_and_nothing_escapes_the_attribute() {
        let shown = with_links("see https://a.test/\"><script> or javascript:alert(1)");
        assert!(shown.contains("<a href=\"https://a.test/&quot;&gt;&lt;script&gt;\">"), "{shown}");
        assert!(!shown.contains("href=\"javascript"), "{shown}");
    }
}
