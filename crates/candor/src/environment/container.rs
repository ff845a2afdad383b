//! Whether the tool runs in a container.

use std::path::Path;

use super::is_set;
use crate::variables::Lookup;

/// By the marks that Docker, Podman, systemd-nspawn, LXC and Kubernetes leave.
pub(super) fn is_inside(lookup: Lookup<'_>) -> bool {
    ["container", "KUBERNETES_SERVICE_HOST"].iter().any(|name| is_set(lookup, name))
        || ["/.dockerenv", "/run/.containerenv"].iter().any(|mark| Path::new(mark).exists())
}
