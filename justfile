# `just` lists what there is to do.
_list:
    @just --list

# Everything that has to hold before a change lands.
all:
    .ci/run

# The tests whose name holds a word.
test *words:
    cargo test {{ words }}

# The tests of one cause: its fixtures, its near misses.
cause id:
    touch build.rs
    cargo test --test fixtures {{ id }}

# Takes the reports and tables over as they are now; look at the diff.
accept:
    INSTA_UPDATE=always cargo test --test it
    git diff --stat -- tests

# The ranker's weights anew, from `fixtures/corpus`: some minutes. The same texts give the same weights.
train *options:
    cargo build --release --example features
    python3 -m venv target/training
    target/training/bin/pip install --quiet --requirement training/requirements.txt
    target/training/bin/python training/train.py target/release/examples/features {{ options }}

# A fleet of 5,000 tenants against the simulated one: some ten minutes.
fleet *options:
    cargo build --release
    python3 benches/fleet.py target/release/pbiauth {{ options }}

# The book and the runbook as one site: target/book/index.html (needs mdbook).
docs:
    docs/build target/book

# Formatting, lints, documentation.
lint:
    cargo fmt --check
    cargo clippy --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps

# Licences, advisories and sources of what we depend on (needs cargo-deny).
deny:
    cargo deny check

# A run in the simulated tenant: `just sim token/secret-expired`.
sim scenario="healthy":
    cargo run -- doctor --sim {{ scenario }}
