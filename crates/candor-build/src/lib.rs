//! Build-script helper of candor: version, commit and build date of a binary.
