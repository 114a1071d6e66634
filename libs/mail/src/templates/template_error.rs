//! What is wrong with a template.

use thiserror::Error;

/// A template cannot be used; the sentence names the template and never a value that was put into it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TemplateError {
    /// The source does not compile.
    #[error("The mail template {template} has an error in line {line}: {problem}.")]
    Source {
        /// The template's name.
        template: String,
        /// Counted from 1; 0 if it is not known.
        line: usize,
        /// The kind of error, in minijinja's words.
        problem: String,
    },
    /// A mail lacks one of its three templates.
    #[error("The mail template {template} is missing; a mail needs a .subject.txt, a .txt and an .html.")]
    Incomplete {
        /// The missing template's name.
        template: String,
    },
    /// The operator's directory, or a file in it, cannot be read as UTF-8 text.
    #[error(
        "The directory of mail templates cannot be read at {template} ({kind}); check its setting and permissions."
    )]
    Override {
        /// The template whose file was looked for.
        template: String,
        /// What went wrong.
        kind: std::io::ErrorKind,
    },
    /// The template compiled but did not render: a variable or a template it refers to is missing, or of another kind.
    #[error("The mail template {template} cannot be filled in, line {line}: {problem}.")]
    Rendering {
        /// The template in which it went wrong, which may be the layout.
        template: String,
        /// Counted from 1; 0 if it is not known.
        line: usize,
        /// The kind of error, in minijinja's words.
        problem: String,
    },
}

impl TemplateError {
    pub(super) fn source_of(template: &str, error: &minijinja::Error) -> Self {
        Self::Source {
            template: template.to_owned(),
            line: error.line().unwrap_or(0),
            // Nothing but the source has been read yet, so the detail gives nothing away.
            problem: error.detail().map_or_else(|| error.kind().to_string(), str::to_owned),
        }
    }

    pub(super) fn rendering(template: &str, error: &minijinja::Error) -> Self {
        Self::Rendering {
            template: error.name().unwrap_or(template).to_owned(),
            line: error.line().unwrap_or(0),
            problem: error.kind().to_string(),
        }
    }
}
