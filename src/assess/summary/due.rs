//! What the rows of a list come to together.

use crate::assess::{SharesFound, shares_found};
use crate::money::{Money, Ratio};
use crate::share::Shares;

/// What the rows come to together, of those whose shares could be computed.
#[derive(Debug, Default)]
pub struct Due {
    projects: u32,
    region: Money,
    local: Money,
    /// `None` from the first row on whose split is undecided.
    split: Option<(Money, Money)>,
    /// Of the first row, while every other has the same.
    ratio: Option<(Ratio, Ratio)>,
    decided_by: Option<String>,
}

impl Due {
    /// Adds a row.
    pub fn add(&mut self, shares: &Shares) {
        let is_first = self.projects == 0;
        self.projects += 1;
        self.region = self.region + shares.region;
        self.local = self.local + shares.local;
        let before = if is_first {
            Some(Default::default())
        } else {
            self.split
        };
        let own = shares.city.zip(shares.district);
        self.split = before
            .zip(own)
            .map(|((city, district), own): ((Money, Money), _)| (city + own.0, district + own.1));
        if is_first {
            self.ratio = shares.ratio;
            self.decided_by.clone_from(&shares.decided_by);
        } else if self.ratio != shares.ratio {
            self.ratio = None;
        }
    }

    /// As the JSON shows it; `None` where there is nothing to add.
    #[must_use]
    pub fn found(self) -> Option<SharesFound> {
        let shares = Shares {
            region: self.region,
            local: self.local,
            city: self.split.map(|(city, _)| city),
            district: self.split.map(|(_, district)| district),
            ratio: self.ratio,
            class: None,
            decided_by: self.decided_by,
            steps: Vec::new(),
        };
        let found = SharesFound {
            decided: self.split.is_some(),
            ..shares_found(&shares, None)
        };
        (self.projects > 0).then_some(found)
    }
}
