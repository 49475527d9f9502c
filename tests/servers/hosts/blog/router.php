<?php
// What PHP's own web server asks for each request: files as they are, all else to WordPress.
// Law: /chinwag-nonce tells a starter that it is its own server that answers.
$root = $_SERVER['DOCUMENT_ROOT'];
$path = rawurldecode(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH) ?: '/');
if ($path === '/chinwag-nonce') {
    echo json_decode(getenv('CHINWAG_BLOG'), true)['nonce'];
    return true;
}
if ($path !== '/' && (is_file($root . $path) || is_file(rtrim($root . $path, '/') . '/index.php'))) {
    return false;
}
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = '/index.php';
require "$root/index.php";
