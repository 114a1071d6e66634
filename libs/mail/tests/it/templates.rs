//! What templates make of a context.

use std::fs;

use mail::{TemplateError, Templates};
use serde_json::json;

use crate::samples;

const INVITATION: [(&str, &str); 3] = [
    ("invitation.subject.txt", "{{ inviter }} invites you to {{ organization }}\n"),
    ("invitation.txt", "{{ inviter }} invites you: {{ url }}\n"),
    (
        "invitation.html",
        r#"{% extends "layout.html" %}
{% from "layout.html" import button, fallback_link %}
{% block title %}Join {{ organization }}{% endblock %}
{% block content %}<p>{{ inviter }} invites you.</p>{{ button("Join " ~ organization, url) }}{{ fallback_link(url) }}{% endblock %}"#,
    ),
];

fn context(inviter: &str) -> serde_json::Value {
    json!({ "inviter": inviter, "organization": "Acme & Sons", "url": "https://guildhall.test/join?token=a&b=1" })
}

fn templates() -> Templates {
    Templates::new(&INVITATION).expect("valid templates")
}

#[test]
fn a_mail_is_rendered_in_its_three_parts() {
    let rendered = templates().render("invitation", context("Alice")).expect("rendered");

    assert_eq!(rendered.subject, "Alice invites you to Acme & Sons");
    assert_eq!(rendered.text, "Alice invites you: https://guildhall.test/join?token=a&b=1");
    assert!(rendered.html.starts_with("<!DOCTYPE html>"), "{}", rendered.html);
    assert!(rendered.html.trim_end().ends_with("</html>"));
    assert!(rendered.html.contains("<title>Join Acme &amp; Sons</title>"));
    assert!(rendered.html.contains("<p>Alice invites you.</p>"));
}

#[test]
fn html_is_escaped_in_html_and_verbatim_in_text() {
    let rendered = templates().render("invitation", context("<b>Eve</b>")).expect("rendered");

    assert!(rendered.subject.starts_with("<b>Eve</b> invites"));
    assert!(rendered.text.starts_with("<b>Eve</b> invites"));
    assert!(!rendered.html.contains("<b>"));
    assert!(rendered.html.contains("&lt;b&gt;Eve"));
}

#[test]
fn the_button_and_the_link_below_it_escape_once_and_load_nothing() {
    let mut context = context("Alice");
    context["organization"] = json!("\"><img src=x>");
    context["url"] = json!("https://guildhall.test/join?a=1&b=\"><script>");

    let html = templates().render("invitation", context).expect("rendered").html;

    assert!(!html.contains("<img") && !html.contains("<script"), "{html}");
    assert!(html.contains("<table role=\"presentation\""), "{html}");
    assert_eq!(html.matches("<a href=\"https:").count(), 2, "{html}");
    assert!(html.contains("a=1&amp;b=") && !html.contains("&amp;amp;"), "{html}");
    for remote in ["src=", "<link", "url(", "@import"] {
        assert!(!html.replace("src=x", "").contains(remote), "{remote} in {html}");
    }
}

#[test]
fn a_subject_stays_one_line() {
    let hostile = "Eve\r\nBcc: bob@example.com\r\n\r\nHello\u{2028}there\u{0}";
    let rendered = templates().render("invitation", context(hostile)).expect("rendered");

    assert_eq!(rendered.subject, "Eve Bcc: bob@example.com Hello there invites you to Acme & Sons");
}

#[test]
fn a_missing_variable_is_an_error_that_tells_where() {
    let error = templates()
        .render("invitation", json!({ "inviter": "secret-value", "organization": "Acme" }))
        .expect_err("the url is missing");

    let TemplateError::Rendering { template, line, problem } = &error else {
        panic!("{error:?}");
    };
    assert_eq!((template.as_str(), *line), ("invitation.txt", 1));
    assert_eq!(problem, "undefined value");
    assert!(!format!("{error} {error:?}").contains("secret-value"));
}

#[test]
fn a_missing_variable_is_an_error_in_a_condition_too() {
    let templates =
        Templates::new(&[("a.subject.txt", "a"), ("a.txt", "{% if absent %}b{% endif %}"), ("a.html", "c")])
            .expect("valid templates");
    assert!(templates.render("a", json!({})).is_err());
}

#[test]
fn an_unknown_mail_is_an_error() {
    let error = templates().render("farewell", json!({})).expect_err("no such mail");
    assert!(error.to_string().contains("farewell.subject.txt"), "{error}");
}

#[test]
fn a_template_that_does_not_compile_is_found_at_start() {
    let error = Templates::new(&[("a.txt", "one\n{{ two")]).expect_err("no end");
    assert!(matches!(&error, TemplateError::Source { template, line: 2, .. } if template == "a.txt"), "{error:?}");
}

#[test]
fn a_mail_without_its_html_is_found_at_start() {
    let error = Templates::new(&INVITATION[..2]).expect_err("no HTML");
    assert_eq!(error, TemplateError::Incomplete { template: "invitation.html".to_owned() });
}

#[test]
fn an_operator_replaces_single_templates_and_the_layout() {
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join("invitation.subject.txt"), "Come to {{ organization }}").expect("written");
    fs::write(
        directory.path().join("layout.html"),
        "{% macro button(label, url) %}[{{ label }}]{% endmacro %}{% macro fallback_link(url) %}{% endmacro %}OURS {% block content %}{% endblock %}",
    )
    .expect("written");
    fs::write(directory.path().join("unrelated.html"), "{{ broken").expect("written");

    let templates = templates().with_overrides(Some(directory.path().to_owned())).expect("valid overrides");
    let rendered = templates.render("invitation", context("<i>Alice")).expect("rendered");

    assert_eq!(rendered.subject, "Come to Acme & Sons");
    assert!(rendered.text.starts_with("<i>Alice invites you"));
    assert_eq!(rendered.html, "OURS <p>&lt;i&gt;Alice invites you.</p>[Join Acme &amp; Sons]");
}

#[test]
fn broken_overrides_are_found_at_start() {
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join("invitation.txt"), "{% if %}").expect("written");
    let error = templates().with_overrides(Some(directory.path().to_owned())).expect_err("a syntax error");
    assert!(matches!(&error, TemplateError::Source { template, .. } if template == "invitation.txt"));

    fs::write(directory.path().join("invitation.txt"), [0xff, 0xfe]).expect("written");
    let error = templates().with_overrides(Some(directory.path().to_owned())).expect_err("not UTF-8");
    assert!(matches!(error, TemplateError::Override { .. }));
}

#[test]
fn a_directory_of_overrides_that_does_not_exist_is_an_error() {
    let directory = tempfile::tempdir().expect("a directory");
    let absent = directory.path().join("absent");
    assert!(templates().with_overrides(Some(absent)).is_err());
    assert!(templates().with_overrides(None).is_ok());
}

#[test]
fn a_rendered_mail_shows_its_links_to_no_log() {
    let rendered = templates().render("invitation", context("Alice")).expect("rendered");
    assert!(!format!("{rendered:?}").contains("token=a"));
    let mail = rendered.into_mail(samples::address("bob@example.com"), "id".to_owned());
    assert!(!format!("{mail:?}").contains("token=a"));
}
