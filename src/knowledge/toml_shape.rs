//! The shape of the TOML files.
