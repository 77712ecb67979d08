<footer>
<?php echo '<a href="https://wa.me/' . esc_attr( $number ) . '">' . $label . '</a>'; ?>
</footer>
