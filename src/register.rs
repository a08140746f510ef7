//! The bureau's workbook: every project, its shares, totals that are formulas, a chart.
