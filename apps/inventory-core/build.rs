//! Tells the binary its version, commit and build date.

fn main() {
    candor_build::emit();
}
