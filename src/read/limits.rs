//! Every limit on what is read, in one place. Reaching one is told to the sender.

/// Bytes of a file.
pub const FILE_BYTES: u64 = 20 * MIB;
/// Bytes of a file that is no package: an `.xls` or `.et`.
pub const OLD_FILE_BYTES: u64 = 10 * MIB;
/// Members of a package.
pub const ENTRIES: usize = 2_000;
/// Bytes that all members declare together.
pub const DECLARED_BYTES: u64 = 300 * MIB;
/// Bytes that one member declares.
pub const PART_BYTES: u64 = 200 * MIB;
/// Bytes of shared strings.
pub const STRINGS_BYTES: u64 = 64 * MIB;
/// Declared bytes for each compressed one, above [`RATIO_FROM_BYTES`].
pub const RATIO: u64 = 200;
/// Members smaller than this may be of any ratio.
pub const RATIO_FROM_BYTES: u64 = 10 * MIB;
/// Bytes of inflated texts that are kept from reading to marking; a workbook with more is inflated again.
pub const TEXTS_BYTES: u64 = 8 * MIB;
/// Sheets.
pub const SHEETS: usize = 50;
/// Rows of a sheet of a form.
pub const ROWS: u32 = 20_000;
/// Projects of a list that is read row by row.
pub const LIST_ROWS: u32 = 100_000;
/// Bytes of the texts of a row of a list.
pub const ROW_TEXT_BYTES: usize = 4 * 1024 * 1024;
/// Columns of a sheet of a form.
pub const COLUMNS: u32 = 200;
/// Cells of a workbook that hold something.
pub const CELLS: usize = 500_000;
/// Bytes of the texts of all cells: one text may stand in many.
pub const CELL_TEXT_BYTES: usize = 64 * 1024 * 1024;
/// Bytes of the texts of formulas of a binary workbook; further ones are not told.
pub const FORMULAS_BYTES: usize = 8 * 1024 * 1024;

const MIB: u64 = 1024 * 1024;
