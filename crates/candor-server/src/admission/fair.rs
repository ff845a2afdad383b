//! Sharing out what there is little of: places for requests, connections, memory for bodies.

use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A number of things that many hold some of.
///
/// While there is plenty, whoever comes first has it: a lone project may hold three quarters. Of the last quarter nobody
/// gets more than its share, which is what there is divided by those who hold some and one more; so whoever comes next
/// finds something, however much one of them wants.
#[derive(Debug)]
pub(crate) struct Fair {
    total: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    used: usize,
    /// By holder; those who hold nothing are not in it.
    held: HashMap<u64, usize, RandomState>,
}

impl Fair {
    pub(crate) fn new(total: usize) -> Arc<Self> {
        Arc::new(Self { total, state: Mutex::default() })
    }

    /// Takes `amount` for a holder, or nothing. Without a holder only the total counts.
    pub(crate) fn hold(self: &Arc<Self>, holder: Option<u64>, amount: usize) -> Option<Hold> {
        let mut hold = self.nothing(holder);
        hold.grow(amount).then_some(hold)
    }

    /// What a holder has before it takes anything.
    pub(crate) fn nothing(self: &Arc<Self>, holder: Option<u64>) -> Hold {
        Hold { fair: Arc::clone(self), holder, amount: 0 }
    }

    /// What all have together.
    pub(crate) fn used(&self) -> usize {
        self.state().used
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn may(&self, state: &State, holder: Option<u64>, more: usize) -> bool {
        let wanted = state.used + more;
        let Some(holder) = holder else { return wanted <= self.total };
        if wanted <= self.total - self.total / 4 {
            return true;
        }
        let held = state.held.get(&holder).copied();
        let holders = state.held.len() + usize::from(held.is_none());
        wanted <= self.total && held.unwrap_or(0) + more <= self.total / (holders + 1)
    }
}

/// What one of the holders has of it; given back when dropped.
#[derive(Debug)]
pub(crate) struct Hold {
    fair: Arc<Fair>,
    holder: Option<u64>,
    amount: usize,
}

impl Hold {
    /// Takes more. It never waits: whoever waited would hold what it has already, and many would wait for each other.
    pub(crate) fn grow(&mut self, more: usize) -> bool {
        if more == 0 {
            return true;
        }
        let mut state = self.fair.state();
        if !self.fair.may(&state, self.holder, more) {
            return false;
        }
        state.used += more;
        if let Some(holder) = self.holder {
            *state.held.entry(holder).or_default() += more;
        }
        self.amount += more;
        true
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut state = self.fair.state();
        state.used -= self.amount;
        let Some(holder) = self.holder else { return };
        let left = state.held.get(&holder).copied().unwrap_or(0).saturating_sub(self.amount);
        match left {
            0 => state.held.remove(&holder),
            left => state.held.insert(holder, left),
        };
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test")]
    use super::*;

    #[test]
    fn a_greedy_holder_leaves_room_for_whoever_comes_next() {
        let fair = Fair::new(100);
        let greedy: Vec<_> = std::iter::from_fn(|| fair.hold(Some(1), 1)).collect();
        assert_eq!(greedy.len(), 75);
        let second: Vec<_> = std::iter::from_fn(|| fair.hold(Some(2), 1)).collect();
        assert_eq!(second.len(), 25, "all that is left is less than its share of 33");
        drop(greedy);
        let first = fair.hold(Some(1), 50).unwrap();
        assert!(fair.hold(Some(1), 1).is_none(), "it has more than its third, and the last quarter begins");
        assert!(fair.hold(Some(3), 20).is_some());
        drop((first, second));
        let state = fair.state();
        assert_eq!((state.used, state.held.len()), (0, 0));
    }

    #[test]
    fn what_is_held_grows_and_comes_back_as_a_whole() {
        let fair = Fair::new(100);
        let mut hold = fair.hold(Some(1), 10).unwrap();
        assert!(hold.grow(30) && !hold.grow(100));
        assert_eq!(fair.state().used, 40);
        drop(hold);
        assert_eq!(fair.state().used, 0);
    }

    #[test]
    fn who_speaks_for_many_is_bounded_by_the_total_alone() {
        let fair = Fair::new(10);
        let proxies: Vec<_> = std::iter::from_fn(|| fair.hold(None, 1)).collect();
        assert_eq!(proxies.len(), 10);
        assert!(fair.hold(Some(1), 1).is_none());
    }
}
