//! Which phrasings belong to which entry.

use std::ops::Range;

/// Which phrasings belong to which entry. Phrasings are numbered over all entries, those of one
/// entry in a row.
#[derive(Debug)]
pub(super) struct PhrasingMap {
    /// The entry of each phrasing.
    owners: Vec<u32>,
    /// The first phrasing of each entry, then the number of phrasings.
    starts: Vec<u32>,
}

impl PhrasingMap {
    /// Numbers the phrasings of entries, given how many each has.
    pub fn new(counts: impl Iterator<Item = usize>) -> Self {
        let mut map = Self {
            owners: Vec::new(),
            starts: vec![0],
        };
        for (entry, count) in (0_u32..).zip(counts) {
            map.owners.extend(std::iter::repeat_n(entry, count));
            let end = u32::try_from(map.owners.len()).unwrap_or(u32::MAX);
            map.starts.push(end);
        }
        map
    }

    /// How many entries there are.
    pub fn entries(&self) -> usize {
        self.starts.len() - 1
    }

    /// How many phrasings all entries have.
    pub fn phrasings(&self) -> usize {
        self.owners.len()
    }

    /// The entry of a phrasing.
    pub fn entry_of(&self, phrasing: usize) -> usize {
        self.owners[phrasing] as usize
    }

    /// The phrasings of an entry.
    pub fn phrasings_of(&self, entry: usize) -> Range<usize> {
        self.starts[entry] as usize..self.starts[entry + 1] as usize
    }
}
