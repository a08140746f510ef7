//! What stands inside a cell of an OpenDocument sheet.

use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use crate::read::ReadFault;
use crate::read::book::too_much_text;
use crate::read::guard::damaged;
use crate::read::limits::CELL_TEXT_BYTES;
use crate::read::tags::Tags;

/// Blanks that one element may stand for.
const BLANKS_MAX: usize = 1024;

/// A cell's content.
#[derive(Debug, Default)]
pub struct Content {
    /// Its paragraphs, one a line, without comments.
    pub text: String,
    /// Whether an object is embedded in it.
    pub is_embedded: bool,
}

impl Content {
    /// Reads a cell whose start tag was the last; the walk goes on after its end tag.
    ///
    /// # Errors
    /// Where the part is damaged.
    pub fn inside(part: &str, tags: &mut Tags<'_>) -> Result<Self, ReadFault> {
        let start = tags.position();
        let mut xml = Reader::from_str(&part[start..]);
        xml.config_mut().allow_unmatched_ends = true;
        let (mut content, mut depth, mut passed, mut paragraphs) =
            (Self::default(), 0_u32, None, 0);
        loop {
            let event = xml.read_event().map_err(damaged)?;
            let is_kept = passed.is_none() && paragraphs > 0 && depth > 0;
            match event {
                Event::Start(tag) => {
                    depth += 1;
                    content.is_embedded |= is_object(&tag);
                    if passed.is_none() {
                        paragraphs += u32::from(content.begin(&tag, paragraphs));
                        passed = is_aside(&tag).then_some(depth);
                    }
                }
                Event::Empty(tag) => {
                    content.is_embedded |= is_object(&tag);
                    if passed.is_none() && tag.name().into_inner() == "text:p" {
                        paragraphs += u32::from(content.begin(&tag, paragraphs));
                    } else if is_kept {
                        content.blank(&tag);
                    }
                }
                Event::End(_) if depth == 0 => break,
                Event::End(_) => {
                    if passed == Some(depth) {
                        passed = None;
                    }
                    depth -= 1;
                }
                Event::Text(more) if is_kept => content.text += &more.xml10_content(),
                Event::CData(more) if is_kept => content.text += &more.xml10_content(),
                Event::GeneralRef(entity) if is_kept => match resolve_xml_entity(&entity) {
                    Some(known) => content.text += known,
                    None => {
                        let sign = entity.resolve_char_ref().map_err(damaged)?;
                        content
                            .text
                            .push(sign.ok_or_else(|| damaged("含有不认识的实体"))?);
                    }
                },
                Event::Eof => return Err(damaged("内容不完整")),
                _ => {}
            }
            if content.text.len() > CELL_TEXT_BYTES {
                return Err(too_much_text());
            }
        }
        let read = usize::try_from(xml.buffer_position()).map_err(damaged)?;
        tags.skip_past(start + read);
        Ok(content)
    }

    /// Begins a paragraph, where this is one: on a new line where it is not the first.
    fn begin(&mut self, tag: &BytesStart<'_>, before: u32) -> bool {
        let is_paragraph = tag.name().into_inner() == "text:p";
        if is_paragraph && before > 0 {
            self.text.push('\n');
        }
        is_paragraph
    }

    /// Blanks, tabs and line breaks (ODF 6.1.3 to 6.1.5).
    fn blank(&mut self, tag: &BytesStart<'_>) {
        match tag.name().into_inner() {
            "text:s" => {
                let own = tag
                    .attributes()
                    .flatten()
                    .find(|it| it.key.into_inner() == "text:c");
                let count = own
                    .and_then(|own| own.value.trim().parse().ok())
                    .unwrap_or(1);
                self.text
                    .extend(std::iter::repeat_n(' ', usize::min(count, BLANKS_MAX)));
            }
            "text:tab" => self.text.push('\t'),
            "text:line-break" => self.text.push('\n'),
            _ => {}
        }
    }
}

fn is_object(tag: &BytesStart<'_>) -> bool {
    matches!(
        tag.name().into_inner(),
        "draw:object-ole" | "draw:plugin" | "draw:applet"
    )
}

/// Comments, drawings and phonetic hints: not what the cell holds.
fn is_aside(tag: &BytesStart<'_>) -> bool {
    let name = tag.name().into_inner();
    matches!(name, "office:annotation" | "text:ruby-text" | "text:note")
        || name.starts_with("draw:")
}
