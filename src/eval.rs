//! Labelled questions → figures.
