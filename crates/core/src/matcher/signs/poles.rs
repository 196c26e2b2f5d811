//! Which of two opposites a text is about.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Opposites, one group of words against the other. Forms are listed as they are written, because
/// stems join words of different meaning.
const OPPOSITES: &[(&str, &str)] = &[
    (
        "advantage advantages benefit benefits pro pros upside upsides plus strengths gain gains merits perks",
        "disadvantage disadvantages drawback drawbacks con cons contra downside downsides danger dangers dangerous risk \
         risks risky weakness weaknesses harm harms problem problems against challenges challenge criticism worst ugly catch",
    ),
    (
        "open opensource opened openness opening",
        "closed proprietary closing close secrecy secret secretive",
    ),
    (
        "free gratis cheap cheaper cheapest save saves saving",
        "paid pay pays paying expensive costly lose loses losing pricey",
    ),
    (
        "safe safer safety secure",
        "unsafe dangerous risky riskier insecure",
    ),
    (
        "start begin join install enable get use download learn",
        "stop quit leave delete remove uninstall disable cancel kick ban unsubscribe",
    ),
    (
        "help helps improve improves better build builds boost boosts drive drives support supports strengthen",
        "harm harms hurt hurts ruin ruins worse undermine undermines destroy damage slow slows hinder weaken weakens prevent",
    ),
    (
        "allow allows allowed permit permitted require required force forced publish published",
        "ban banned forbid forbidden prohibit prohibited restrict restricts restricted restricting restrictions limit \
         limits limited lock locked",
    ),
    (
        "more most highest biggest greatest",
        "less least lowest fewer fewest smallest",
    ),
    ("best", "worst"),
    ("rich wealthy", "poor"),
    (
        "trust trusted trustworthy transparent transparency",
        "distrust secret secrecy opaque mistrust",
    ),
    (
        "centralised centralized monopoly concentration",
        "decentralised decentralized",
    ),
    (
        "attack attacks attackers attacker hack hackers",
        "defend defends defending defense defence protect protects",
    ),
    (
        "good right correct nice wholesome",
        "bad evil wrong malicious misuse misused abuse abused",
    ),
    ("newest latest new recent", "oldest earliest first original"),
];

/// The poles that a text is about: two bits for each pair of opposites.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in super::super) struct Poles(u64);

/// Fewer than one in so many of the texts that name one of two opposites: named in passing.
const IN_PASSING: usize = 5;

const FIRST: u64 = 0x5555_5555_5555_5555;

impl Poles {
    pub(super) fn of(written: &[String]) -> Self {
        static POLES: LazyLock<HashMap<&'static str, u64>> = LazyLock::new(|| {
            let mut poles: HashMap<&'static str, u64> = HashMap::new();
            for (pair, (one, other)) in OPPOSITES.iter().enumerate() {
                for (bit, words) in [(2 * pair, one), (2 * pair + 1, other)] {
                    for word in words.split_ascii_whitespace() {
                        *poles.entry(word).or_default() |= 1 << bit;
                    }
                }
            }
            poles
        });
        let of_word = |word: &String| POLES.get(word.as_str()).copied().unwrap_or_default();
        Self(written.iter().map(of_word).fold(0, |all, one| all | one))
    }

    /// The poles that several texts are about: of two opposites, one that a single text names in passing
    /// does not count.
    pub fn of_all(texts: &[Self]) -> Self {
        let naming = |bits: u64| texts.iter().filter(|text| text.0 & bits != 0).count();
        let mut poles = 0;
        for pair in 0..OPPOSITES.len() {
            let (one, other) = (1 << (2 * pair), 1 << (2 * pair + 1));
            let all = naming(one | other);
            for pole in [one, other] {
                if naming(pole) * IN_PASSING > all {
                    poles |= pole;
                }
            }
        }
        Self(poles)
    }

    /// Whether `self` is about a pole that `other` does not name while it names the opposite one.
    pub fn oppose(self, other: Self) -> bool {
        let lacking = self.0 & !other.0;
        let opposites = ((other.0 & FIRST) << 1) | ((other.0 >> 1) & FIRST);
        lacking & opposites & !Self::both(self.0) != 0
    }

    /// The pairs of which both poles are named: such a text compares them.
    fn both(poles: u64) -> u64 {
        let first = poles & (poles >> 1) & FIRST;
        first | (first << 1)
    }
}

#[cfg(test)]
mod tests {
    use super::{OPPOSITES, Poles};
    use crate::matcher::words::split;

    #[test]
    fn opposites_oppose() {
        let cases = [
            ("advantages of ai", "disadvantages of ai", true),
            ("disadvantages of ai", "advantages of ai", true),
            ("advantages of ai", "what is ai", false),
            ("pros and cons of ai", "advantages of ai", false),
            ("advantages of ai", "pros and cons of ai", false),
            ("open ai", "open ai", false),
            ("closed ai", "open ai", true),
        ];
        for (one, other, expected) in cases {
            let [a, b] = [one, other].map(|text| Poles::of(&split(text)));
            assert_eq!(a.oppose(b), expected, "{one:?} against {other:?}");
        }
        assert!(OPPOSITES.len() <= 32);
    }

    #[test]
    fn what_is_named_in_passing_does_not_count() {
        let open = Poles::of(&split("open ai"));
        let closed = Poles::of(&split("closed ai"));
        let texts = |closed_ones| {
            let texts = (0..6).map(|at| if at < closed_ones { closed } else { open });
            Poles::of_all(&texts.collect::<Vec<_>>())
        };
        assert_eq!(texts(0), open);
        assert_eq!(texts(1), open);
        assert_eq!(texts(2).0, open.0 | closed.0);
        assert!(closed.oppose(texts(1)) && !closed.oppose(texts(2)));
    }
}
