//! The questions that Candor answers, typed: one file a report.
