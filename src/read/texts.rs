//! The texts of a package, each inflated once: for the reader and for the editor.

use std::borrow::Cow;
use std::fmt;
use std::io;

use foldhash::{HashMap, HashMapExt as _};

use super::limits::TEXTS_BYTES;
use super::package::Package;

/// Endings of parts that are only passed on: pictures, programs, printers' settings, colours of the theme, statistics.
const PASSED_ON: [&str; 12] = [
    ".png",
    ".jpg",
    ".jpeg",
    ".gif",
    ".bmp",
    ".tiff",
    ".emf",
    ".wmf",
    ".bin",
    "theme1.xml",
    "docProps/app.xml",
    "docProps/core.xml",
];

/// The texts of a package by the names of their parts; none where they are larger than [`TEXTS_BYTES`] together.
#[derive(Clone, Default)]
pub struct Texts(HashMap<String, String>);

impl Texts {
    /// Inflates the texts of a package, but those that cannot be: they are missed by who needs them. None where they
    /// are too large together: then each part is inflated when it is needed.
    #[must_use]
    pub fn inflate(package: &mut Package<'_>) -> Self {
        let (mut texts, mut left) = (HashMap::with_capacity(package.archive.len()), TEXTS_BYTES);
        for index in 0..package.archive.len() {
            let name = package.archive.name_for_index(index);
            let Some(name) = name.and_then(Result::ok).map(Cow::into_owned) else {
                continue;
            };
            if PASSED_ON.iter().any(|ending| name.ends_with(ending)) {
                continue;
            }
            let Ok(stored) = package.stored(index) else {
                continue;
            };
            let Some(rest) = left.checked_sub(stored.size) else {
                return Self::default();
            };
            left = rest;
            if let Ok(text) = stored.text() {
                texts.insert(name, text);
            }
        }
        Self(texts)
    }

    /// Inflates some parts of a package; one that is not there is left out.
    ///
    /// # Errors
    /// Where one cannot be inflated, or is no UTF-8.
    pub fn some<'p>(
        package: &mut Package<'_>,
        parts: impl Iterator<Item = &'p String>,
    ) -> io::Result<Self> {
        let mut texts = Self::default();
        for part in parts {
            if package.has(part) {
                let text = Self::default().of(package, part)?.into_owned();
                texts.0.insert(part.clone(), text);
            }
        }
        Ok(texts)
    }

    /// The text of a part, without a byte order mark: as it was inflated, or inflated now.
    ///
    /// # Errors
    /// Where there is no such part, it is damaged, or no UTF-8.
    pub fn of(&self, package: &mut Package<'_>, part: &str) -> io::Result<Cow<'_, str>> {
        if let Some(text) = self.kept(part) {
            return Ok(text.into());
        }
        let mut text = package.text(part)?;
        if text.starts_with('\u{feff}') {
            text.remove(0);
        }
        Ok(text.into())
    }

    /// The text of a part in any encoding that XML allows (UTF-8 and UTF-16), for reading only.
    ///
    /// # Errors
    /// Where there is no such part, it is damaged, or in another encoding.
    pub fn decoded(&self, package: &mut Package<'_>, part: &str) -> io::Result<Cow<'_, str>> {
        if let Some(text) = self.kept(part) {
            return Ok(text.into());
        }
        let bytes = package.content(part)?;
        let units = |of: fn([u8; 2]) -> u16| {
            let pairs = bytes[2..].chunks_exact(2);
            let units: Vec<u16> = pairs.map(|pair| of([pair[0], pair[1]])).collect();
            String::from_utf16(&units).map_err(io::Error::other)
        };
        let text = match bytes.get(..2) {
            Some(b"\xff\xfe") => units(u16::from_le_bytes)?,
            Some(b"\xfe\xff") => units(u16::from_be_bytes)?,
            _ => return self.of(package, part),
        };
        Ok(text.into())
    }

    /// The same as UTF-8 that says so: what is edited is written in the encoding that the rest of the package has.
    ///
    /// # Errors
    /// As [`Self::decoded`].
    pub fn editable(&self, package: &mut Package<'_>, part: &str) -> io::Result<Cow<'_, str>> {
        // no text in UTF-16 with its mark is UTF-8
        if let Ok(text) = self.of(package, part) {
            return Ok(text);
        }
        let text = self.decoded(package, part)?;
        let end = text.find("?>").unwrap_or_default();
        let declared = text[..end].to_ascii_uppercase().find("UTF-16");
        Ok(match declared.filter(|_| text.starts_with("<?xml")) {
            Some(at) => {
                let rest = &text[at + "UTF-16".len()..];
                let rest = rest.trim_start_matches("LE").trim_start_matches("BE");
                format!("{}UTF-8{rest}", &text[..at]).into()
            }
            None => text,
        })
    }

    /// The text of a part where it is inflated already.
    #[must_use]
    pub fn kept(&self, part: &str) -> Option<&str> {
        let text = self.0.get(part)?;
        Some(text.strip_prefix('\u{feff}').unwrap_or(text))
    }
}

/// Whether bytes begin with a mark of UTF-16.
#[must_use]
pub fn is_utf_16(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff")
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
