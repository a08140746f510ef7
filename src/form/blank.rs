//! Writes the form as a workbook, empty or with values, ready for Excel, WPS and LibreOffice.
