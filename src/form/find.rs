//! Places every slot of a layout in a workbook: by defined name, else by label.
