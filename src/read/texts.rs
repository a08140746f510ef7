//! The texts of a package, each inflated once: for the cell reader, for what it does not tell, and for the editor.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::io::{self, Cursor, Read as _, Write as _};

use memchr::{memchr, memmem};
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
    /// Inflates the texts of a package, and writes them as a package in which nothing is compressed and no cell is
    /// empty, for the cell reader. `None` where they are too large, or one cannot be inflated: then each part is inflated when it is needed.
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
            match String::from_utf8(bytes) {
                Ok(text) => {
                    let lean = without_empty_cells(&text);
                    stored.write_all(lean.as_bytes()).ok()?;
                    texts.insert(name, text);
                }
                Err(other) => stored.write_all(other.as_bytes()).ok()?,
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
        let part = package.by_name(part)?;
        let declared = usize::try_from(part.size()).unwrap_or(TYPICAL_BYTES);
        let mut text = String::with_capacity(declared.min(TYPICAL_BYTES));
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

/// A sheet without its cells that hold nothing but a format: two of three in a form. Left as it is where a cell
/// does not say where it stands, for then its neighbours tell; a text that is no sheet has no such cells.
fn without_empty_cells(sheet: &str) -> Cow<'_, str> {
    let (mut lean, mut done) = (String::new(), 0);
    if memmem::find(sheet.as_bytes(), b"<![CDATA[").is_some() {
        return sheet.into();
    }
    for start in memmem::find_iter(sheet.as_bytes(), "<c") {
        if sheet
            .as_bytes()
            .get(start + 2)
            .is_some_and(u8::is_ascii_alphabetic)
        {
            continue;
        }
        let Some(length) = memchr(b'>', &sheet.as_bytes()[start..]) else {
            break;
        };
        let tag = &sheet[start..=start + length];
        if !tag.starts_with("<c r=\"") && !tag.contains(" r=\"") {
            return sheet.into();
        }
        if tag.ends_with("/>") {
            lean.push_str(&sheet[done..start]);
            done = start + tag.len();
        }
    }
    if done == 0 {
        return sheet.into();
    }
    lean.push_str(&sheet[done..]);
    lean.into()
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_cells_that_hold_nothing_are_left_out() {
        let lean = |sheet| without_empty_cells(sheet).into_owned();
        let full = "<row><c r=\"A1\" s=\"1\"><v>1</v></c><c r=\"C1\" t=\"s\"><v>0</v></c></row>";
        assert_eq!(lean(full), full);
        let sparse = full.replace(
            "<c r=\"C1\"",
            "<c r=\"B1\" s=\"4\" /><c s=\"4\" r=\"B2\"/><c r=\"C1\"",
        );
        assert_eq!(lean(&sparse), full);
        for as_it_is in [
            "<row><c s=\"1\"/><c><v>1</v></c></row>",
            "<row><c r=\"A1\"/><c><v>1</v></c></row>",
            "<row><c r=\"A1\"/><c\n s=\"1\"><v>1</v></c></row>",
            "<is><t><![CDATA[<c r=\"A1\"/>]]></t></is>",
            "<cols><col min=\"1\" max=\"2\"/></cols>",
            "<c r=\"A1\"",
        ] {
            assert_eq!(lean(as_it_is), as_it_is);
        }
    }
}
