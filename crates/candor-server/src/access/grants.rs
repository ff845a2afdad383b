//! What a bearer of a secret may see, for how long: browser sessions and one-time sign-in links.

use super::secret::Secret;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Which projects somebody may look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// All projects of this collector.
    Everything,
    /// The project of this name.
    Project(Arc<str>),
}

impl Scope {
    /// Whether the project may be seen.
    #[must_use]
    pub fn allows(&self, project: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Project(name) => &**name == project,
        }
    }
}

/// Secrets in memory, each with a scope and an end.
///
/// They are looked up by equality of a hash table, which tells nothing useful about 256 random bits by its timing. They
/// are gone when the process ends: who was signed in signs in again.
#[derive(Debug)]
pub(crate) struct Grants {
    lifetime: Duration,
    capacity: usize,
    held: Mutex<HashMap<Secret, Grant>>,
}

#[derive(Debug, Clone)]
struct Grant {
    scope: Scope,
    ends: Instant,
}

impl Grants {
    pub(crate) fn new(lifetime: Duration, capacity: usize) -> Self {
        Self { lifetime, capacity, held: Mutex::default() }
    }

    /// How long a grant lasts.
    pub(crate) fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// Makes a secret that opens `scope`. When there are too many, the one that ends first goes.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub(crate) fn issue(&self, scope: Scope) -> Result<Secret, getrandom::Error> {
        let secret = Secret::generate()?;
        let now = Instant::now();
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= self.capacity {
            held.retain(|_, grant| grant.ends > now);
        }
        if held.len() >= self.capacity
            && let Some(oldest) = held.iter().min_by_key(|(_, grant)| grant.ends).map(|(secret, _)| secret.clone())
        {
            held.remove(&oldest);
        }
        held.insert(secret.clone(), Grant { scope, ends: now + self.lifetime });
        Ok(secret)
    }

    /// What the secret opens, while it does.
    pub(crate) fn scope(&self, secret: &Secret) -> Option<Scope> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.get(secret).filter(|grant| grant.ends > Instant::now()).map(|grant| grant.scope.clone())
    }

    /// What the secret opened; it opens nothing from now on.
    pub(crate) fn take(&self, secret: &Secret) -> Option<Scope> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.remove(secret).filter(|grant| grant.ends > Instant::now()).map(|grant| grant.scope)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test")]
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn a_taken_secret_opens_nothing_any_more() {
        let grants = Grants::new(HOUR, 10);
        let secret = grants.issue(Scope::Everything).unwrap();
        assert_eq!(grants.scope(&Secret::presented(secret.reveal())), Some(Scope::Everything));
        assert_eq!(grants.take(&secret), Some(Scope::Everything));
        assert_eq!(grants.take(&secret), None);
        assert_eq!(grants.scope(&secret), None);
    }

    #[test]
    fn an_ended_or_invented_secret_opens_nothing() {
        let grants = Grants::new(Duration::ZERO, 10);
        let secret = grants.issue(Scope::Everything).unwrap();
        assert_eq!(grants.scope(&secret), None);
        assert_eq!(grants.take(&secret), None);
        assert_eq!(grants.scope(&Secret::presented("")), None);
    }

    #[test]
    fn memory_is_bounded_and_the_oldest_goes_first() {
        let grants = Grants::new(HOUR, 2);
        let secrets: Vec<Secret> = (0..3).map(|_| grants.issue(Scope::Everything).unwrap()).collect();
        assert_eq!(grants.scope(&secrets[0]), None);
        assert!(grants.scope(&secrets[1]).is_some() && grants.scope(&secrets[2]).is_some());
    }

    #[test]
    fn a_secret_does_not_show_itself() {
        let secret = Secret::generate().unwrap();
        assert_eq!(secret.reveal().len(), 64);
        assert!(!format!("{secret:?}").contains(secret.reveal()));
    }
}
