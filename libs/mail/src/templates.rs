//! Subjects and bodies from templates, which the services bring along and an operator may replace.

mod overrides;
mod template_error;

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use serde::Serialize;

use crate::{Address, Mail};
pub use template_error::TemplateError;

const LAYOUT: (&str, &str) = ("layout.html", include_str!("../templates/layout.html"));
const SUBJECT: &str = ".subject.txt";
const TEXT: &str = ".txt";
const HTML: &str = ".html";

/// The compiled templates of one service.
///
/// A mail `invitation` is the three templates `invitation.subject.txt`, `invitation.txt` and `invitation.html`, in minijinja's
/// language. Values are escaped in `.html` and only there; a variable that the context lacks is an error, also in a
/// condition. `layout.html` is there without being given: HTML templates extend it and fill its blocks.
pub struct Templates {
    environment: Environment<'static>,
    names: BTreeSet<String>,
}

/// A rendered mail, yet without a recipient.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line: line breaks and other control characters have become spaces.
    pub subject: String,
    /// The plain text body, nothing escaped.
    pub text: String,
    /// The HTML body.
    pub html: String,
}

impl Templates {
    /// Compiles the given `(name, source)` pairs; a `layout.html` among them takes the place of the built-in one.
    ///
    /// # Errors
    /// [`TemplateError::Source`] if a source does not compile, [`TemplateError::Incomplete`] if one of a mail's three
    /// templates is missing.
    pub fn new(builtin: &[(&str, &str)]) -> Result<Self, TemplateError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(escaping_of);
        // Its dumps of the context would put secret links into errors.
        environment.set_debug(false);

        let mut templates = Self { environment, names: BTreeSet::new() };
        templates.add(LAYOUT.0, LAYOUT.1)?;
        for (name, source) in builtin {
            templates.add(name, source)?;
        }
        templates.check_complete()?;
        Ok(templates)
    }

    /// Replaces each template of which `directory` has a file of the same name; `None` replaces nothing.
    ///
    /// Other files there are not looked at, so that several services may share one directory. Blocks; call it at start.
    ///
    /// # Errors
    /// [`TemplateError::Override`] if the directory or a file cannot be read, [`TemplateError::Source`] if a file does not compile.
    pub fn with_overrides(mut self, directory: Option<PathBuf>) -> Result<Self, TemplateError> {
        let Some(directory) = directory else {
            return Ok(self);
        };
        for (name, source) in overrides::read(&directory, &self.names)? {
            self.add(&name, &source)?;
        }
        Ok(self)
    }

    /// Renders the three templates of the mail `name` with the same context.
    ///
    /// # Errors
    /// [`TemplateError::Rendering`], which names template and line but no value of the context.
    pub fn render(&self, name: &str, context: impl Serialize) -> Result<Rendered, TemplateError> {
        let context = Value::from(Serde(context));
        let part = |suffix: &str| {
            let template = format!("{name}{suffix}");
            self.environment
                .get_template(&template)
                .and_then(|found| found.render(context.clone()))
                .map_err(|error| TemplateError::rendering(&template, &error))
        };
        Ok(Rendered { subject: folded(&part(SUBJECT)?), text: part(TEXT)?, html: part(HTML)? })
    }

    fn add(&mut self, name: &str, source: &str) -> Result<(), TemplateError> {
        self.environment
            .add_template_owned(name.to_owned(), source.to_owned())
            .map_err(|error| TemplateError::source_of(name, &error))?;
        self.names.insert(name.to_owned());
        Ok(())
    }

    fn check_complete(&self) -> Result<(), TemplateError> {
        for mail in self.names.iter().filter_map(|name| name.strip_suffix(SUBJECT)) {
            for suffix in [TEXT, HTML] {
                let template = format!("{mail}{suffix}");
                if !self.names.contains(&template) {
                    return Err(TemplateError::Incomplete { template });
                }
            }
        }
        Ok(())
    }
}

impl Rendered {
    /// The mail to one recipient, under the id that makes sending it again harmless (see [`Mail::id`]).
    pub fn into_mail(self, to: Address, id: String) -> Mail {
        let Self { subject, text, html } = self;
        Mail { to, subject, text, html, id, on_behalf_of: None }
    }
}

fn escaping_of(name: &str) -> AutoEscape {
    if name.ends_with(HTML) { AutoEscape::Html } else { AutoEscape::None }
}

/// A subject is one line, whatever a name put into it says.
fn folded(subject: &str) -> String {
    let breaks_line = |character: char| character.is_control() || matches!(character, '\u{2028}' | '\u{2029}');
    let lines = subject.split(breaks_line).map(str::trim);
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

impl fmt::Debug for Templates {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Templates");
        shown.field("names", &self.names).finish_non_exhaustive()
    }
}

/// Shows nothing: the bodies hold secret links.
impl fmt::Debug for Rendered {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Rendered").finish_non_exhaustive()
    }
}
