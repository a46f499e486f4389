<?php

return new Framework\Application(dirname(__DIR__));
