//! Journal, Delta tables, fresh rows and project metadata of the Candor collector.
