#![allow(missing_docs, clippy::all)]
fn main() {
    let l = einwurf_languages::read(std::path::Path::new("languages"));
    match l {
        Ok(l) => {
            std::fs::write("protocol/src/registers.rs", einwurf_languages::registers(&l)).unwrap();
            for x in &l {
                std::fs::write(
                    format!("protocol/wording/{}.json", x.name),
                    serde_json::to_string_pretty(x.section("notice")).unwrap() + "\n",
                )
                .unwrap();
            }
        }
        Err(e) => println!("{e}"),
    }
}
