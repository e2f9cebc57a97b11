"""Workers: they let time come to cases, deliver notices, and show that they are alive.

`worker` is the loop, `guard` watches the clock, `outbox` delivers, `channels` are the ways out
(`webhook` and `mailing`), `config` reads the file that names them, `log` writes what is done.
Imports the public names and what stands below them.
"""
