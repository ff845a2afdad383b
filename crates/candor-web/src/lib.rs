//! The Candor dashboard: answers in, HTML out.
