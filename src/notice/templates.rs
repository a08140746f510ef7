//! The templates, compiled once, and an operator's in their place. What is wrong with one is told at load.
//!
//! A template that names nothing we know, prints a value that is absent, or gives no subject is refused: every one
//! is rendered on examples. HTML is escaped always; no filter and no tag of a template turns that off.

use std::borrow::Cow;
use std::collections::BTreeMap;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value};
use serde::Serialize;

use super::line::Line;
use super::{
    Digest, Failure, Incomplete, SUBJECT_CHARS_MAX, Texts, VerdictNotice, digest, example, trouble,
    verdict,
};

/// The templates of the program, by name: `verdict/body.html`.
macro_rules! builtin {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../templates/mail/", $name)))),*]
    };
}

const BUILTIN: [(&str, &str); 13] = builtin![
    "digest/body.html",
    "digest/body.txt",
    "digest/subject.txt",
    "failure/body.html",
    "failure/body.txt",
    "failure/subject.txt",
    "frame.html",
    "incomplete/body.html",
    "incomplete/body.txt",
    "incomplete/subject.txt",
    "verdict/body.html",
    "verdict/body.txt",
    "verdict/subject.txt",
];

/// The templates, compiled once.
#[derive(Debug)]
pub struct Notices {
    text: Environment<'static>,
    html: Environment<'static>,
}

/// Why a template was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoticeError {
    /// No mail is made from a template of this name.
    #[error("no mail is made from `{name}`; templates are {known}")]
    Unknown {
        /// The name as given.
        name: String,
        /// The names there are.
        known: String,
    },
    /// It does not compile, or does not render.
    #[error("{name}, line {line}: {what}")]
    Template {
        /// The template.
        name: String,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
}

impl Notices {
    /// The templates that come with the program.
    #[must_use]
    #[allow(clippy::missing_panics_doc, reason = "templates of ours")]
    pub fn builtin() -> Self {
        Self::load(&[]).expect("the built-in templates are rendered by a test")
    }

    /// The built-in templates with an operator's in place of those of the same name: `verdict/body.html` and its text.
    ///
    /// # Errors
    /// [`NoticeError`] for a name that is no template's, and for a template that does not compile or does not render
    /// on our examples, with its line.
    pub fn load(overrides: &[(String, String)]) -> Result<Self, NoticeError> {
        let mut sources: BTreeMap<&'static str, Cow<'static, str>> = BUILTIN
            .iter()
            .map(|(name, text)| (*name, Cow::Borrowed(*text)))
            .collect();
        for (name, text) in overrides {
            let known = sources.iter_mut().find(|(known, _)| *known == name);
            let (_, source) = known.ok_or_else(|| unknown(name))?;
            // as editors on Windows save it
            let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
            *source = Cow::Owned(text);
        }
        let mut notices = Self {
            text: environment(plain),
            html: environment(escaped),
        };
        for (name, source) in sources {
            let is_html = name.ends_with(".html");
            let environment = if is_html {
                &mut notices.html
            } else {
                &mut notices.text
            };
            environment
                .add_template_owned(name, source)
                .map_err(|error| refused(name, &error))?;
        }
        notices.try_examples()?;
        Ok(notices)
    }

    /// The mail on a verdict.
    ///
    /// # Errors
    /// Where an operator's template fails on what no example shows.
    pub fn verdict(&self, notice: &VerdictNotice<'_>) -> Result<Texts, NoticeError> {
        self.render("verdict", &verdict::View::of(notice))
    }

    /// The digest for reviewers.
    ///
    /// # Errors
    /// As [`Notices::verdict`].
    pub fn digest(&self, digest: &Digest<'_>) -> Result<Texts, NoticeError> {
        self.render("digest", &digest::View::of(digest))
    }

    /// The mail on failures, for the operator.
    ///
    /// # Errors
    /// As [`Notices::verdict`].
    pub fn failure(&self, failure: &Failure<'_>) -> Result<Texts, NoticeError> {
        self.render("failure", &trouble::FailureView::of(failure))
    }

    /// The mail on a file that cannot be taken.
    ///
    /// # Errors
    /// As [`Notices::verdict`].
    pub fn incomplete(&self, notice: &Incomplete<'_>) -> Result<Texts, NoticeError> {
        self.render("incomplete", &trouble::IncompleteView::of(notice))
    }

    fn render(&self, notice: &str, view: &impl Serialize) -> Result<Texts, NoticeError> {
        let values = Value::from(Serde(view));
        let fill = |environment: &Environment<'_>, part: &str| {
            let name = format!("{notice}/{part}");
            let template = environment.get_template(&name);
            template
                .and_then(|template| template.render(&values))
                .map_err(|error| refused(&name, &error))
        };
        let subject = Line::of_at_most(SUBJECT_CHARS_MAX, &fill(&self.text, "subject.txt")?);
        Ok(Texts {
            subject: subject.into_string(),
            text: fill(&self.text, "body.txt")?,
            html: fill(&self.html, "body.html")?,
        })
    }

    /// Renders every mail on examples of all it may have to say.
    fn try_examples(&self) -> Result<(), NoticeError> {
        let mut rendered = Vec::new();
        example::verdicts(|notice| rendered.push(("verdict", self.verdict(notice))));
        example::digests(|digest| rendered.push(("digest", self.digest(digest))));
        example::failures(|failure| rendered.push(("failure", self.failure(failure))));
        example::incompletes(|notice| rendered.push(("incomplete", self.incomplete(notice))));
        for (notice, texts) in rendered {
            if texts?.subject.is_empty() {
                return Err(NoticeError::Template {
                    name: format!("{notice}/subject.txt"),
                    line: 1,
                    what: "it gives an empty subject".to_owned(),
                });
            }
        }
        Ok(())
    }
}

/// How a value is written.
type Formatter = fn(&mut Output<'_>, &mut State<'_, '_>, &Value) -> Result<(), Error>;

fn environment(formatter: Formatter) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build()
        .expect("the delimiters are the usual ones");
    environment.set_syntax(syntax);
    // errors then know the text of their template
    environment.set_debug(true);
    environment.remove_filter("safe");
    environment.set_formatter(formatter);
    environment
}

/// A value in plain text.
fn plain(out: &mut Output<'_>, _: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    write!(out, "{}", present(value)?).map_err(Error::from)
}

/// A value in HTML, escaped even where a template has turned that off.
fn escaped(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let value = minijinja::filters::escape(state, present(value)?)?;
    write!(out, "{value}").map_err(Error::from)
}

fn present(value: &Value) -> Result<&Value, Error> {
    if value.is_undefined() {
        return Err(Error::from(ErrorKind::UndefinedError));
    }
    if value.is_none() {
        let detail = "the value may be absent; ask for it with `{% if %}` first";
        return Err(Error::new(ErrorKind::InvalidOperation, detail));
    }
    Ok(value)
}

fn unknown(name: &str) -> NoticeError {
    NoticeError::Unknown {
        name: name.to_owned(),
        known: BUILTIN.map(|(name, _)| name).join(", "),
    }
}

/// What is wrong, in the template where it is: that may be the frame that `name` extends.
fn refused(name: &str, error: &Error) -> NoticeError {
    let detail = error.detail().map(|detail| format!(": {detail}"));
    let line = error.line().unwrap_or(1);
    let text = error.template_source().unwrap_or_default();
    let text = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    NoticeError::Template {
        name: error.name().unwrap_or(name).to_owned(),
        line,
        what: format!(
            "{}{} in `{}`",
            error.kind(),
            detail.unwrap_or_default(),
            text.trim()
        ),
    }
}
