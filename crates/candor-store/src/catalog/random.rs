//! Secrets and names that nobody can guess.

use super::CatalogError;

/// 32 hexadecimal digits.
pub(super) fn random_hex() -> Result<String, CatalogError> {
    Ok(hex(&random::<16>()?))
}

pub(super) fn random<const N: usize>() -> Result<[u8; N], CatalogError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(CatalogError::Random)?;
    Ok(bytes)
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
