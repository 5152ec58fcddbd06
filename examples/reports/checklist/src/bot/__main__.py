"""The command line. It crashes: the native library that it loads does, on start."""

import os
import signal

if __name__ == "__main__":
    os.kill(os.getpid(), signal.SIGSEGV)
