module run9.test/threads

go 1.19
