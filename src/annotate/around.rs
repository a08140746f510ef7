//! Large sheets, edited around their cells: what stands before and after them is a text as of any other sheet, and the
//! cells are passed on in pieces.

use super::NotEditable;
use super::sheet::Bounds;
use crate::read::package::Stored;
use crate::read::xlsx::stream::SheetText;

/// A sheet's text without its cells, up to the start tag of all and from the end tag on.
///
/// # Errors
/// Where it is damaged or no sheet.
pub fn hollow(stored: &Stored<'_>) -> Result<String, NotEditable> {
    let mut sheet = SheetText::of(stored).map_err(NotEditable::broken)?;
    let mut text = sheet.head().map_err(NotEditable::broken)?.to_owned();
    let passed = sheet.rest_of_cells(&mut |_| {});
    passed.map_err(NotEditable::broken)?;
    text += sheet.tail().map_err(NotEditable::broken)?;
    Ok(text)
}

/// Gives an edited hollow text with the cells of the sheet that it was made from.
///
/// # Errors
/// As [`hollow`].
pub fn fill(
    text: &str,
    stored: &Stored<'_>,
    put: &mut dyn FnMut(&[u8]),
) -> Result<(), NotEditable> {
    let bounds = Bounds::of(text).ok_or_else(|| NotEditable::broken("no sheet"))?;
    let (head, tail) = text.split_at(bounds.first_cell(text));
    let mut sheet = SheetText::of(stored).map_err(NotEditable::broken)?;
    sheet.head().map_err(NotEditable::broken)?;
    put(head.as_bytes());
    sheet.rest_of_cells(put).map_err(NotEditable::broken)?;
    put(tail.as_bytes());
    Ok(())
}

/// Two sheets without their cells, where all their rows are the same byte for byte; `None` where one is not.
///
/// # Errors
/// As [`hollow`].
pub fn same_cells(
    old: &Stored<'_>,
    new: &Stored<'_>,
) -> Result<Option<(String, String)>, NotEditable> {
    let open = |stored| SheetText::of(stored).map_err(NotEditable::broken);
    let (mut old, mut new) = (open(old)?, open(new)?);
    let head = |sheet: &mut SheetText<'_>| {
        let head = sheet.head().map(str::to_owned);
        head.map_err(NotEditable::broken)
    };
    let (mut before, mut after) = (head(&mut old)?, head(&mut new)?);
    loop {
        let rows = old.row().and_then(|old| Ok((old, new.row()?)));
        match rows.map_err(NotEditable::broken)? {
            (Some(old), Some(new)) if old == new => {}
            (None, None) => break,
            _ => return Ok(None),
        }
    }
    before += old.tail().map_err(NotEditable::broken)?;
    after += new.tail().map_err(NotEditable::broken)?;
    Ok(Some((before, after)))
}
