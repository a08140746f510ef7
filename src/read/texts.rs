//! The texts of a package, each inflated once: for the cell reader, for what it does not tell, and for the editor.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::io::{self, Cursor, Read as _, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::guard::Package;
use super::limits::{PART_BYTES, TEXTS_BYTES};

/// Endings of parts that are only passed on: pictures, programs, printers' settings.
const PASSED_ON: [&str; 9] = [
    ".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tiff", ".emf", ".wmf", ".bin",
];
/// A little more than the texts of a filled form.
const TYPICAL_BYTES: usize = 256 * 1024;

/// The texts of a package by the names of their parts; none where they are larger than [`TEXTS_BYTES`] together.
#[derive(Clone, Default)]
pub struct Texts(HashMap<String, String>);

impl Texts {
    /// Inflates the texts of a package, and writes them as a package in which nothing is compressed. `None` where
    /// they are too large, or one cannot be inflated: then each part is inflated when it is needed.
    pub fn inflate(package: &mut Package<'_>) -> Option<(Self, Vec<u8>)> {
        let mut stored = ZipWriter::new(Cursor::new(Vec::with_capacity(TYPICAL_BYTES)));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        let (mut texts, mut left) = (HashMap::with_capacity(package.len()), TEXTS_BYTES);
        for index in 0..package.len() {
            let part = package.by_index(index).ok()?;
            let name = part.name().ok()?.to_string();
            if PASSED_ON.iter().any(|ending| name.ends_with(ending)) {
                continue;
            }
            left = left.checked_sub(part.size())?;
            let mut bytes = Vec::with_capacity(usize::try_from(part.size()).ok()?);
            part.take(left + 1).read_to_end(&mut bytes).ok()?;
            stored.start_file(name.as_str(), options).ok()?;
            stored.write_all(&bytes).ok()?;
            if let Ok(text) = String::from_utf8(bytes) {
                texts.insert(name, text);
            }
        }
        Some((Self(texts), stored.finish().ok()?.into_inner()))
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
            if package.index_for_name(part).is_some() {
                let text = Self::default().of(package, part)?.into_owned();
                texts.0.insert(part.clone(), text);
            }
        }
        Ok(texts)
    }

    /// The text of a part, without a byte order mark: as it was inflated, or inflated now.
    ///
    /// # Errors
    /// Where there is no such part, or it is no UTF-8.
    pub fn of(&self, package: &mut Package<'_>, part: &str) -> io::Result<Cow<'_, str>> {
        if let Some(text) = self.kept(part) {
            return Ok(text.into());
        }
        let mut text = String::new();
        let part = package.by_name(part)?;
        part.take(PART_BYTES).read_to_string(&mut text)?;
        if text.starts_with('\u{feff}') {
            text.remove(0);
        }
        Ok(text.into())
    }

    /// The text of a part where it is inflated already.
    #[must_use]
    pub fn kept(&self, part: &str) -> Option<&str> {
        let text = self.0.get(part)?;
        Some(text.strip_prefix('\u{feff}').unwrap_or(text))
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
