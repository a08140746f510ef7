//! The marked workbook: the sender's own file with marks, notes and a result sheet in place.
