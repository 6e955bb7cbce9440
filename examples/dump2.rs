fn main(){ let a:Vec<String>=std::env::args().collect(); let b=std::fs::read(&a[1]).unwrap(); let k=jixiao::Knowledge::built_in().unwrap();
 let f=jixiao::BlankForm::open(&b,&k).unwrap(); let e=f.fill(&jixiao::model::Project::default(),&k).unwrap(); std::fs::write("/tmp/e.xlsx",&e.bytes).unwrap();
 let f2=jixiao::BlankForm::open(&e.bytes,&k).unwrap(); println!("{:#?}", f2); }
