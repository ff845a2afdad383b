//! Prints a line.

fn main() {
    println!("done");
}
