//! That the tool is in use: counting people without telling one from another.

use serde_json::Value;

use super::{Entry, Level, Reading};
use crate::document::Section;

/// The `[active]` of a manifest: one record a day of each installation that is in use.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Active {
    /// What every record has; it has no fields of its own.
    pub entry: Entry,
    /// How many installations are expected, where that is stated.
    pub population: Option<u64>,
    /// A sketch of the machines that keep no state has 2^this cells.
    pub sketch_bits: u8,
}

/// 64 cells, which tell how many machines there are but for an error of 13 %.
const USUAL_BITS: u8 = 6;

/// A cell that fewer machines share tells too much about them.
const MIN_SHARE: u64 = 20;

impl Active {
    /// What its entry and its records are called.
    pub(crate) const NAME: &'static str = candor_wire::active::NAME;

    pub(crate) fn read(mut section: Section<'_>, reading: &Reading) -> Self {
        let entry = Entry::read_reasons(&mut section, Self::NAME.to_owned(), reading);
        let level = section.choice("level", &[("stats", Level::Stats), ("all", Level::All)]).unwrap_or(Level::Stats);
        let population = section.natural("population");
        let most = population.map_or(USUAL_BITS, most_bits);
        let stated = section.natural("sketch_bits");
        let sketch_bits = stated.map_or(Some(most), |bits| u8::try_from(bits).ok()).unwrap_or(u8::MAX);
        let least = *candor_wire::active::BITS.start();
        if sketch_bits < least {
            section.problem_with("sketch_bits", "makes cells that say nothing", format!("write {least} or more"));
        } else if sketch_bits > most {
            let needed = MIN_SHARE
                .checked_shl(u32::from(sketch_bits))
                .filter(|_| sketch_bits <= *candor_wire::active::BITS.end());
            let fix = match needed {
                Some(needed) => format!("write {most}, or population = {needed} if there are so many installations"),
                None => format!("write {most}"),
            };
            section.problem_with(
                "sketch_bits",
                &format!("makes cells that fewer than {MIN_SHARE} installations share"),
                fix,
            );
        }
        section.close();
        Self { entry: Entry { level, ..entry }, population, sketch_bits: sketch_bits.min(most) }
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut object = self.entry.to_json();
        for key in ["name", "fields", "collect"] {
            object.remove(key);
        }
        if let Some(population) = self.population {
            object.insert("population".to_owned(), population.into());
        }
        object.insert("sketch_bits".to_owned(), self.sketch_bits.into());
        object.into()
    }
}

/// The most bits that leave each cell to enough of so many installations. Never less than the usual ones.
fn most_bits(population: u64) -> u8 {
    let bits = (USUAL_BITS..=*candor_wire::active::BITS.end()).rev();
    bits.into_iter().find(|bits| population >> bits >= MIN_SHARE).unwrap_or(USUAL_BITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_cells_are_for_those_who_have_the_installations_to_share_them() {
        for (population, bits) in [(0, 6), (1_280, 6), (2_559, 6), (2_560, 7), (5_120, 8), (u64::MAX, 14)] {
            assert_eq!(most_bits(population), bits, "{population}");
        }
    }
}
