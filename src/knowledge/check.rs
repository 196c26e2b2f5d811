//! The rules that files must keep.
