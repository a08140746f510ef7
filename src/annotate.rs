//! The marked workbook.
