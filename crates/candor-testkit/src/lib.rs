//! Homes, collectors and processes for Candor's tests; never published.
