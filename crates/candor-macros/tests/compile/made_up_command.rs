fn main() {
    let typed = std::env::args().nth(1).unwrap_or_default();
    let _command = candor::invocation::CommandPath(typed.clone());
    let _flag = candor::invocation::FlagName(typed);
}
